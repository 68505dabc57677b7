package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	functions "rekey/deploy/local/platform"
)

// The largest bodies of requests and answers, in bytes. The platforms' pages
// on limits say MB and do not say which.
const (
	mostOfGateway  = 5 << 19 // 2.5 MB: Yandex API Gateway
	mostOfFunction = 7 << 19 // 3.5 MB: Yandex Cloud Functions
	mostOfLambda   = 6 << 20 // 6 MB: AWS Lambda, of the event and of the function's answer
)

// patience is how long Yandex API Gateway waits for an integration.
const patience = 5 * time.Minute

// platform is what stands in front of functions.
type platform struct {
	most  int64 // bytes of a request's body
	log   *slog.Logger
	serve func(*arrival) (*answer, error)
	form  func(http.Header, refusal) any // makes the body of the platform's own answers, and may add to the header
}

// arrival is a request as it arrived.
type arrival struct {
	*http.Request
	id   string // the platform's own
	at   time.Time
	ip   string // of the other end of the connection
	body []byte
}

func (p platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := &arrival{Request: r, id: functions.NewRequestID(), at: time.Now().UTC()}
	in.ip, _, _ = net.SplitHostPort(r.RemoteAddr)
	in.Body = http.MaxBytesReader(w, r.Body, p.most)
	a, err := p.serve(in)
	if err == nil {
		a.write(w)
		return
	}
	var refused refusal
	if !errors.As(err, &refused) {
		errors.As(refuse(http.StatusInternalServerError, err), &refused)
	}
	if p.log != nil {
		p.log.Info("refused", "requestId", in.id, "method", in.Method, "path", in.URL.EscapedPath(),
			"status", refused.status, "message", refused.message, "reason", refused.reason)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", in.id)
	body := p.form(w.Header(), refused)
	w.WriteHeader(refused.status)
	_ = json.NewEncoder(w).Encode(body)
}

// readBody reads the body, if it is not over the platform's limit.
func (in *arrival) readBody() (err error) {
	if in.body, err = io.ReadAll(in.Body); err == nil {
		return nil
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return refuse(http.StatusRequestEntityTooLarge, err)
	}
	return refuse(http.StatusBadRequest, err)
}

// tell calls a function with an event.
func (in *arrival) tell(f Function, event any) ([]byte, error) {
	payload, err := json.Marshal(event)
	if err != nil {
		return nil, err
	}
	return in.invoke(f, payload)
}

func (in *arrival) invoke(f Function, payload []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(in.Context(), patience)
	defer cancel()
	raw, err := f.Invoke(ctx, payload)
	switch {
	case err == nil:
		return raw, nil
	case errors.Is(err, functions.ErrBusy):
		return nil, refuse(http.StatusTooManyRequests, err)
	case errors.Is(err, functions.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return nil, refuse(http.StatusGatewayTimeout, err)
	}
	return nil, refuse(http.StatusBadGateway, err)
}

// refusal is an answer of the platform's own, instead of a function's.
type refusal struct {
	status  int
	message string // for the caller
	reason  error  // for the log
}

func (r refusal) Error() string { return r.message }

// refuse is a refusal in HTTP's words.
func refuse(status int, reason error) error { return refusal{status, http.StatusText(status), reason} }
