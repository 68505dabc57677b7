package gateway

import (
	"errors"

	"golang.org/x/time/rate"
)

// rateLimit is the RateLimitObject of Yandex API Gateway.
type rateLimit struct {
	AllRequests *struct {
		RPS float64 `json:"rps"`
		RPM float64 `json:"rpm"`
	} `json:"allRequests"`
}

// limiter lets requests through or not; the zero one lets all.
type limiter struct{ *rate.Limiter }

func (l limiter) allow() bool { return l.Limiter == nil || l.Limiter.Allow() }

// limiter allows a second's, or a minute's, requests at once.
func (r *rateLimit) limiter() (limiter, error) {
	if r == nil {
		return limiter{}, nil
	}
	a := r.AllRequests
	if a == nil || (a.RPS > 0) == (a.RPM > 0) {
		return limiter{}, errors.New("a rate limit wants allRequests with rps or rpm")
	}
	if a.RPS > 0 {
		return limiter{rate.NewLimiter(rate.Limit(a.RPS), max(int(a.RPS), 1))}, nil
	}
	return limiter{rate.NewLimiter(rate.Limit(a.RPM/60), max(int(a.RPM), 1))}, nil
}
