package gateway_test

import (
	"testing"
	"time"
)

const limited = `{"message":"Too Many Requests"}`

// TestRateLimit: so many requests in a second or a minute, whoever makes them
// and whatever becomes of them; the time brings new ones.
func TestRateLimit(t *testing.T) {
	const top = "x-yc-apigateway: {service_account_id: ajeexample"
	w := newWorld(t, changed(t, document, top, top+", rateLimit: {allRequests: {rps: 2}}"))
	w.send(t, "POST", openPath, "").want(t, "1", 200, "done")
	w.send(t, "POST", closedPath, "").want(t, "2: counts, although it is not let in", 401, "")
	w.send(t, "POST", openPath, "").want(t, "3", 429, limited)
	w.send(t, "POST", closedPath, "").want(t, "4: comes before the token", 429, limited)
	w.send(t, "POST", "/nothing", "").want(t, "5: comes before the route", 429, limited)
	w.clock.advance(499 * time.Millisecond)
	w.send(t, "POST", openPath, "").want(t, "after 499 ms", 429, limited)
	w.clock.advance(time.Millisecond)
	w.send(t, "POST", "/nothing", "").want(t, "after 500 ms", 404, "")
	w.send(t, "POST", openPath, "").want(t, "that counted", 429, limited)
	w.clock.advance(time.Hour)
	w.send(t, "POST", openPath, "").want(t, "an hour later 1", 200, "done")
	w.send(t, "POST", openPath, "").want(t, "an hour later 2", 200, "done")
	w.send(t, "POST", openPath, "").want(t, "an hour later 3", 429, limited)
}

// TestRateLimitPerMinute: rpm, of a path, by reference; it holds instead of
// the gateway's own.
func TestRateLimitPerMinute(t *testing.T) {
	const top = "x-yc-apigateway: {service_account_id: ajeexample"
	w := newWorld(t, changed(t, document, top, top+", rateLimit: {allRequests: {rpm: 1}}",
		"  /open/{whole}:\n", "  /open/{whole}:\n    x-yc-apigateway-rate-limit: {$ref: "+
			"'#/components/x-yc-apigateway-rate-limits/three'}\n",
		"components:\n", "components:\n  x-yc-apigateway-rate-limits: {three: {allRequests: {rpm: 3}}}\n"))
	for range 3 {
		w.send(t, "POST", openPath, "").want(t, "the path's", 200, "done")
	}
	w.send(t, "POST", "/open/else", "").want(t, "the path's, over", 429, limited)
	w.send(t, "POST", closedPath, "").want(t, "the gateway's", 401, "")
	w.send(t, "POST", closedPath, "").want(t, "the gateway's, over", 429, limited)
	w.clock.advance(20 * time.Second)
	w.send(t, "POST", openPath, "").want(t, "the path's, later", 200, "done")
	w.send(t, "POST", closedPath, "").want(t, "the gateway's, too early", 429, limited)
}

// TestRateLimitOfOperation: the narrowest limit holds, and each operation has
// its own.
func TestRateLimitOfOperation(t *testing.T) {
	const limit = "x-yc-apigateway-rate-limit: {allRequests: {rps: 1}}\n"
	w := newWorld(t, changed(t, document, "      responses", "      "+limit+"      responses"))
	w.send(t, "POST", closedPath, "").want(t, "one", 401, "")
	w.send(t, "POST", openPath, "").want(t, "the other", 200, "done")
	w.send(t, "POST", openPath, "").want(t, "the other, over", 429, limited)
	for range 3 {
		w.send(t, "POST", "/nothing", "").want(t, "no limit", 404, "")
	}
}
