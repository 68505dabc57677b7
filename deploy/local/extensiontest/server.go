package extensiontest

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is one extension, of one instance of a function. A Server is made by
// Start and ends with Close.
type Server struct {
	http     *http.Server
	listener net.Listener
	port     string
	token    string // AWS_SESSION_TOKEN of the instance

	mu       sync.Mutex // guards everything below
	secrets  map[string]*secret
	reads    int
	requests int
	notReady int    // so many more requests come too early
	refusal  string // see Refuse
}

// secret is one of Secrets Manager's.
type secret struct {
	arn, name, text string
	version         int
	denied          bool
}

// Start starts an extension that is ready and has no secrets.
func Start() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the extension: %w", err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, err
	}
	s := &Server{listener: l, port: port, token: "IQoJ" + random(32), secrets: map[string]*secret{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /secretsmanager/get", s.serve)
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.http.Serve(l) }() // ends with Close
	return s, nil
}

// Close ends it: from then on a connection is refused, as without the layer.
func (s *Server) Close() error {
	err := s.http.Close()
	if errOwn := s.listener.Close(); !errors.Is(errOwn, net.ErrClosed) { // http did not serve yet
		err = errors.Join(err, errOwn)
	}
	return err
}

// Env is the environment that AWS Lambda gives the function, as KEY=value, with
// the port, which is 2773 there unless the function's configuration says
// another one.
func (s *Server) Env() []string {
	return []string{"AWS_SESSION_TOKEN=" + s.token, "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT=" + s.port}
}

// Put gives a secret its next version, as `aws secretsmanager put-secret-value
// --secret-string` does, and creates it if there is none. Either its name or
// its ARN asks for it.
func (s *Server) Put(name, text string) (arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.secrets[name]
	if v == nil {
		v = &secret{arn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + name + "-" + random(3),
			name: name}
		s.secrets[v.name], s.secrets[v.arn] = v, v
	}
	v.text, v.version = text, v.version+1
	return v.arn
}

// Deny takes the permission secretsmanager:GetSecretValue on a secret away
// from the function's role, or gives it back.
func (s *Server) Deny(name string, denied bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets[name].denied = denied
}

// NotReady has the next requests come before the extension serves, as while an
// instance is initialised.
func (s *Server) NotReady(requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notReady = requests
}

// Refuse has what is refused for a reason of Secrets Manager's answered with
// this body, rather than with words that hide the reason.
func (s *Server) Refuse(body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusal = body
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

func random(bytes int) string {
	b := make([]byte, bytes)
	if _, err := rand.Read(b); err != nil {
		panic("extensiontest: " + err.Error())
	}
	return hex.EncodeToString(b)
}
