package printing

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/BurntSushi/toml"
	"github.com/davecgh/go-spew/spew"
	"github.com/fxamacker/cbor/v2"
	"github.com/go-viper/mapstructure/v2"
	goccyyaml "github.com/goccy/go-yaml"
	"github.com/google/go-querystring/query"
	jsoniter "github.com/json-iterator/go"
	"github.com/kr/pretty"
	gotoml "github.com/pelletier/go-toml/v2"
	"github.com/vmihailenco/msgpack/v5"
	"go.mongodb.org/mongo-driver/v2/bson"
	newyaml "go.yaml.in/yaml/v3"
	"gopkg.in/yaml.v3"
)

// This file has the encoders that programs use beside the standard library.

// encoder is the shape that most of them have.
func encoder(marshal func(any) ([]byte, error)) func(any) (string, error) {
	return func(v any) (string, error) {
		out, err := marshal(v)
		return string(out), err
	}
}

func encoders() []tool {
	return []tool{
		{name: "gopkg.in/yaml.v3", write: encoder(yaml.Marshal), encodes: true}, {name: "go.yaml.in/yaml/v3", write: encoder(newyaml.Marshal), encodes: true},
		{name: "goccy/go-yaml", write: encoder(goccyyaml.Marshal), encodes: true}, {name: "BurntSushi/toml", write: burntSushi, encodes: true},
		{name: "pelletier/go-toml", write: encoder(gotoml.Marshal), encodes: true}, {name: "msgpack", write: encoder(msgpack.Marshal), encodes: true},
		{name: "msgpack, custom tag", write: msgpackByJSON, encodes: true}, {name: "cbor", write: encoder(cbor.Marshal), encodes: true},
		{name: "go-querystring", write: queried, encodes: true}, {name: "bson", write: encoder(bson.Marshal), encodes: true},
		{name: "json-iterator", write: encoder(jsoniter.ConfigCompatibleWithStandardLibrary.Marshal), encodes: true},
		{name: "json-iterator, fastest", write: encoder(jsoniter.ConfigFastest.Marshal), encodes: true},
		{name: "mapstructure", write: mapped, encodes: true},
	}
}

// dumpers read memory.
func dumpers() []tool {
	return []tool{
		{name: "spew", write: func(v any) (string, error) { return spew.Sdump(v) + spew.Sprintf("%#+v", v), nil }, past: true},
		{name: "spew without methods", write: func(v any) (string, error) {
			return (&spew.ConfigState{DisableMethods: true, MaxDepth: 12}).Sdump(v), nil
		}, past: true},
		{name: "kr/pretty", write: func(v any) (string, error) { return pretty.Sprint(v), nil }, past: true},
		{name: "go-cmp", write: compared, past: true}, {name: "go-cmp, unexported fields", write: comparedWhole, past: true},
	}
}

func burntSushi(v any) (string, error) {
	var out bytes.Buffer
	err := toml.NewEncoder(&out).Encode(v)
	return out.String(), err
}

func msgpackByJSON(v any) (string, error) {
	var out bytes.Buffer
	encoder := msgpack.NewEncoder(&out)
	encoder.SetCustomStructTag("json")
	err := encoder.Encode(v)
	return out.String(), err
}

func queried(v any) (string, error) {
	values, err := query.Values(v)
	return values.Encode(), err
}

// mapped is the map that mapstructure makes, as a program would print it.
func mapped(v any) (string, error) {
	members := map[string]any{}
	if err := mapstructure.Decode(v, &members); err != nil {
		return "", err
	}
	out, _ := json.Marshal(members) // what has no JSON can still be printed
	return string(out) + fmt.Sprintf("%+v", members), nil
}
