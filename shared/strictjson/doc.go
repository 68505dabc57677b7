// Package strictjson reads JSON as a key management service must: one value
// and nothing after it, names in their exact case, nothing twice, nothing
// unknown, valid UTF-8. It is the only importer of the JSON library
// (encoding/json matches names in any case and lets the last duplicate win).
//
// Members walks an object without reflection, for the request path; Unmarshal
// and MarshalIndent are for files.
package strictjson
