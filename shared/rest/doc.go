// Package rest is the wire: JSON over HTTP as Yandex KMS speaks it
// (docs/api.md), for every face that carries it. Its table of endpoints says
// which path is which operation and how its fields are read; the server that carries
// the bytes, a server or a platform's event, only fills in a Request and sends
// a Response.
//
// Start at API.Serve, and at Crypto for the table. It does no I/O itself.
package rest
