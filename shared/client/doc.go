// Package client calls the API over HTTP, of this project or of anyone who
// speaks it, with the methods of the core. It needs the network.
package client
