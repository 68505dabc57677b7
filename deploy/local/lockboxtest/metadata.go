package lockboxtest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// MetadataToken is the name of the metadata service's one call, for Fault and
// Calls. A fault of NOT_FOUND answers 404, no service account, any other 503.
const MetadataToken = "/computeMetadata/v1/instance/service-accounts/default/token"

func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	defer s.counters.arrive(MetadataToken, "")()
	f := s.faults.next(MetadataToken, "")
	err := s.network.strike(r.Context(), f)
	switch {
	case err != nil && (f.Reset || r.Context().Err() != nil):
		panic(http.ErrAbortHandler) // closes the connection
	case status.Code(err) == codes.NotFound:
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	case r.Header.Get("Metadata-Flavor") != "Google":
		http.Error(w, "want the header Metadata-Flavor: Google", http.StatusForbidden)
	default:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Metadata-Flavor", "Google")
		_ = json.NewEncoder(w).Encode(s.instanceToken())
	}
}

func (s *Server) instanceToken() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, t := s.issue(cmp.Or(s.behavior.Instance, DefaultServiceAccount))
	return map[string]any{
		"access_token": value,
		"expires_in":   int64(t.expires.Sub(s.clock()).Round(time.Second) / time.Second),
		"token_type":   "Bearer",
	}
}
