package api

import "rekey/shared/key"

// Trace is what becomes known of a request while it is served, without a
// secret in it. A face that wants to know puts one into the request, and reads
// it when the operation has ended, however it ended.
type Trace struct {
	Operation Operation
	KeyID     key.ID        // as asked for: unchecked
	VersionID key.VersionID // that was used, or, if there was none to use, asked for; empty if neither

	SourceKeyID     key.ID // of a re-encryption, like the two above
	SourceVersionID key.VersionID

	Resolved bool // versions were looked for
	CacheHit bool // and all of them were in the cache
}
