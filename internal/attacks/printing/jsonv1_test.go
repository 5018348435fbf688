//go:build !goexperiment.jsonv2

package printing

func experimental() []tool { return nil }
