// Package rest is the wire: JSON over HTTP as Yandex KMS speaks it
// (docs/api.md), for every face that carries it. It routes on the path,
// decodes strictly, calls the core and turns what comes back into a status
// and a body; whoever carries the bytes, a server or a platform's event, only
// fills in a Request and sends a Response.
//
// Start at API.Serve. It does no I/O of its own.
package rest
