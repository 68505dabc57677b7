package gateway

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// rateLimit is a RateLimitObject, or a reference to one.
type rateLimit struct {
	Ref         string `json:"$ref"`
	AllRequests struct {
		PerSecond int `json:"rps"`
		PerMinute int `json:"rpm"`
	} `json:"allRequests"`
}

// limiter lets so many requests pass in a time. nil lets all of them pass.
type limiter struct{ bucket *rate.Limiter }

func (l *limiter) allow(at time.Time) bool { return l == nil || l.bucket.AllowN(at, 1) }

// limiter makes a limiter of an object; nil of nil.
func (d *document) limiter(r *rateLimit) (*limiter, error) {
	if r == nil {
		return nil, nil
	}
	if name, ok := strings.CutPrefix(r.Ref, "#/components/x-yc-apigateway-rate-limits/"); ok && d.limits[name] != nil {
		r = d.limits[name]
	}
	second, minute := r.AllRequests.PerSecond, r.AllRequests.PerMinute
	switch {
	case r.Ref != "":
		return nil, fmt.Errorf("the rate limit %s is not in components", r.Ref)
	case second > 0 && minute == 0:
		return &limiter{rate.NewLimiter(rate.Limit(second), second)}, nil
	case minute > 0 && second == 0:
		return &limiter{rate.NewLimiter(rate.Limit(minute)/60, minute)}, nil
	}
	return nil, fmt.Errorf("a rate limit has allRequests with either rps or rpm, and at least 1")
}

// narrower is the limiter of a path or an operation if that has one of its
// own, which holds instead of the wider one.
func (d *document) narrower(extensions map[string]any, wider *limiter) (*limiter, error) {
	var own *rateLimit
	if err := extension(extensions, "x-yc-apigateway-rate-limit", &own); err != nil {
		return nil, err
	}
	if own == nil {
		return wider, nil
	}
	return d.limiter(own)
}
