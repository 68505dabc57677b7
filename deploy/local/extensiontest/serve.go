package extensiontest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// hidden is what the extension answers, with 400, whatever Secrets Manager has
// refused.
const hidden = "an unexpected error occurred while executing request"

// value is the answer of GetSecretValue as the extension hands it on.
type value struct {
	ARN            string
	CreatedDate    time.Time
	Name           string
	SecretBinary   []byte
	SecretString   string
	VersionID      string   `json:"VersionId"`
	VersionStages  []string `json:"VersionStages"`
	ResultMetadata struct{}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	code, body := s.answer(r)
	if code == http.StatusOK {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(code)
	_, _ = w.Write(body)
}

func (s *Server) answer(r *http.Request) (code int, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	v := s.secrets[r.URL.Query().Get("secretId")]
	switch {
	case s.notReady > 0:
		s.notReady--
		return http.StatusBadRequest, []byte("not ready to serve traffic, please wait")
	case r.Header.Get("X-Aws-Parameters-Secrets-Token") != s.token:
		return http.StatusUnauthorized, []byte("the request has not the token of this function")
	case v == nil || v.denied:
		return http.StatusBadRequest, []byte(cmp.Or(s.refusal, hidden))
	}
	s.reads++
	body, err := json.Marshal(value{
		ARN: v.arn, CreatedDate: time.Now().UTC(), Name: v.name, SecretString: v.text,
		VersionID: fmt.Sprintf("a1b2c3d4-5678-90ab-cdef-%012d", v.version), VersionStages: []string{"AWSCURRENT"},
	})
	if err != nil {
		panic("extensiontest: " + err.Error())
	}
	return http.StatusOK, body
}
