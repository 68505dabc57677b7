package gateway

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
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

// arrival is a request as it arrived.
type arrival struct {
	*http.Request
	id      string // the platform's own
	at      time.Time
	ip      string // of the other end of the connection
	body    []byte
	options Options
}

func arrive(r *http.Request, o Options) *arrival {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		ip = r.RemoteAddr
	}
	return &arrival{Request: r, id: newID(), at: o.Now().UTC(), ip: ip, options: o}
}

// newID makes a random UUID (RFC 9562, version 4).
func newID() string {
	var u [16]byte
	if _, err := rand.Read(u[:]); err != nil {
		panic("gateway: no random numbers: " + err.Error())
	}
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

func (in *arrival) readBody(w http.ResponseWriter, most int64) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, in.Body, most))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return refuse(http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	}
	if err != nil {
		return refuse(http.StatusBadRequest, "Bad Request")
	}
	in.body = body
	return nil
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
	answer, err := f.Invoke(ctx, payload)
	if err == nil {
		return answer, nil
	}
	status := in.options.Status(err)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		status = http.StatusGatewayTimeout
	}
	if status < 400 {
		status = http.StatusBadGateway
	}
	return nil, refusal{status, http.StatusText(status), err}
}

// refusal is an answer of the platform's own, instead of a function's.
type refusal struct {
	status  int
	message string // for the caller
	reason  error  // for the log
}

func (r refusal) Error() string { return r.message }

func refuse(status int, message string) error { return refusal{status: status, message: message} }

// errorBody is a platform's body of its own answers; it may add to the header.
type errorBody func(http.Header, refusal) any

// refuse answers instead of a function.
func (in *arrival) refuse(w http.ResponseWriter, err error, form errorBody) {
	r, ok := err.(refusal)
	if !ok {
		r = refusal{http.StatusInternalServerError, "Internal Server Error", err}
	}
	in.options.Log.Info("refused", "requestId", in.id, "method", in.Method, "path", in.URL.EscapedPath(), "status",
		r.status, "message", r.message, "reason", r.reason)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", in.id)
	body := form(w.Header(), r)
	w.WriteHeader(r.status)
	json.NewEncoder(w).Encode(body)
}
