// Package bench measures what the library costs, beside the same work done with net/http and
// encoding/json alone, in the same run and against the same server. What came of it stands in
// docs/performance.md, with the commands.
package bench
