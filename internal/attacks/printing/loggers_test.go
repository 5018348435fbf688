package printing

import (
	"bytes"
	"reflect"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/sirupsen/logrus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// This file has the loggers that programs use beside the standard library, and what compares.

func loggers() []tool {
	return []tool{
		{name: "logrus text", write: func(v any) (string, error) { return logrused(v, &logrus.TextFormatter{}), nil }},
		{name: "logrus JSON", write: func(v any) (string, error) { return logrused(v, &logrus.JSONFormatter{}), nil }, encodes: true},
		{name: "zap JSON", write: func(v any) (string, error) { return zapped(v, zapcore.NewJSONEncoder), nil }, encodes: true},
		{name: "zap console", write: func(v any) (string, error) { return zapped(v, zapcore.NewConsoleEncoder), nil }, encodes: true},
		{name: "zerolog", write: zerologged, encodes: true},
	}
}

func logrused(v any, formatter logrus.Formatter) string {
	var out bytes.Buffer
	logger := logrus.New()
	logger.SetOutput(&out)
	logger.SetFormatter(formatter)
	logger.WithField("value", v).Info(v)
	return out.String()
}

func zapped(v any, encoder func(zapcore.EncoderConfig) zapcore.Encoder) string {
	var out bytes.Buffer
	logger := zap.New(zapcore.NewCore(encoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(&out), zap.DebugLevel))
	logger.Info("logged", zap.Any("any", v), zap.Reflect("reflect", v))
	logger.Sugar().Infow("logged", "value", v)
	logger.Sugar().Infof("%+v", v)
	return out.String()
}

func zerologged(v any) (string, error) {
	var out bytes.Buffer
	logger := zerolog.New(&out)
	logger.Info().Interface("interface", v).Any("any", v).Msgf("%+v", v)
	return out.String(), nil
}

// compared is the difference to a value of the same type that has nothing.
func compared(v any) (string, error) {
	return cmp.Diff(reflect.Zero(reflect.TypeOf(v)).Interface(), v), nil
}

func comparedWhole(v any) (string, error) {
	return cmp.Diff(reflect.Zero(reflect.TypeOf(v)).Interface(), v, cmp.Exporter(func(reflect.Type) bool { return true })), nil
}
