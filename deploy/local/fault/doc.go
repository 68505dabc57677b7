// Package fault spells what goes wrong with calls, and decides for each call
// whether it does:
//
//	PayloadService/Get=UNAVAILABLE:10%   every tenth call, at random
//	*=latency 300ms                      every call takes that much longer
//	Get=hang                             no answer until the client gives up
//	Get=reset:0.5%                       the connection is reset
//
// Parse reads one, New has several, and Next is what happens to a call. Who
// serves the calls does it.
package fault
