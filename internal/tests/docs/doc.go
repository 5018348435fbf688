// Package docs tests what the documents say: their programs compile and run, their tables are those of
// the providers, their links lead somewhere, and every promise names a test that exists.
package docs
