// Package extensiontest is the AWS Parameters and Secrets Lambda Extension for
// tests, with the secrets of AWS Secrets Manager that it gives: an HTTP server
// on a loopback port. Its state is in memory. It is safe for concurrent use.
//
// Start at Start. The process under test finds it by Env:
//
//	e := extensiontest.Start()
//	defer e.Close()
//	arn := e.Put("rekey/sa-key", key)
//	env = append(env, e.Env()...)
//
// The request, the header and the answer are those of AWS's documentation:
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
// It does not say what comes back when something goes wrong. "not ready to
// serve traffic", and one answer for a secret that is unknown and one that the
// role may not read, are what programs in public repositories meet; 401 without
// the token is an assumption. Nothing here is cached, as with
// PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED=false.
package extensiontest

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
)

// Server is one extension, of one instance of a function. A Server is made by
// Start and ends with Close.
type Server struct {
	http  *httptest.Server
	token string // AWS_SESSION_TOKEN of the instance

	mu       sync.Mutex         // guards everything below
	secrets  map[string]*secret // by name and by ARN
	reads    int
	requests int
	notReady int    // so many more requests come too early
	denied   string // what every request is refused with; empty: none is
}

// secret is one of Secrets Manager's.
type secret struct{ arn, name, text string }

// Start starts an extension that is ready and has no secrets.
func Start() *Server {
	s := &Server{token: "IQoJ" + random(), secrets: map[string]*secret{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /secretsmanager/get", s.serve)
	s.http = httptest.NewServer(mux)
	return s
}

// Close ends it: from then on a connection is refused, as without the layer.
func (s *Server) Close() { s.http.Close() }

// Env is the environment that AWS Lambda gives the function, as KEY=value, with
// the port, which is 2773 there unless the function's configuration says
// another one.
func (s *Server) Env() []string {
	_, port, _ := net.SplitHostPort(s.http.Listener.Addr().String())
	return []string{"AWS_SESSION_TOKEN=" + s.token, "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT=" + port}
}

// hidden is what the extension answers, with 400, whatever Secrets Manager has
// refused.
const hidden = "an unexpected error occurred while executing request"

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	v := s.secrets[r.URL.Query().Get("secretId")]
	switch {
	case s.notReady > 0:
		s.notReady--
		http.Error(w, "not ready to serve traffic, please wait", http.StatusBadRequest)
	case r.Header.Get("X-Aws-Parameters-Secrets-Token") != s.token:
		http.Error(w, "the request has not the token of this function", http.StatusUnauthorized)
	case v == nil || s.denied != "":
		http.Error(w, cmp.Or(s.denied, hidden), http.StatusBadRequest)
	default:
		s.reads++
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{
			"ARN": v.arn, "Name": v.name, "SecretString": v.text, "SecretBinary": nil,
			"VersionStages": []string{"AWSCURRENT"},
		})
	}
}

// Put gives a secret its next version, as `aws secretsmanager put-secret-value
// --secret-string` does, and creates it if there is none. Either its name or
// its ARN asks for it.
func (s *Server) Put(name, text string) (arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.secrets[name]
	if v == nil {
		v = &secret{arn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + name + "-" + random()[:6],
			name: name}
		s.secrets[v.name], s.secrets[v.arn] = v, v
	}
	v.text = text
	return v.arn
}

// Deny takes the permission secretsmanager:GetSecretValue away from the
// function's role. What it asks for is answered with this body, or if that is
// empty with words that hide the reason.
func (s *Server) Deny(body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied = cmp.Or(body, hidden)
}

// Allow gives the permission back.
func (s *Server) Allow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied = ""
}

// NotReady has the next requests come before the extension serves, as while an
// instance is initialised.
func (s *Server) NotReady(requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notReady = requests
}

// Requests is how often anything was asked for.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Reads is how often a secret was given.
func (s *Server) Reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

func random() string {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		panic("extensiontest: " + err.Error())
	}
	return fmt.Sprintf("%x", b)
}
