package lockboxtest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// MetadataToken is the name of the metadata service's one call, for Fault and
// Calls. A fault of Code answers with the status that fits it, such as 404 for
// NOT_FOUND: no service account.
const MetadataToken = "/computeMetadata/v1/instance/service-accounts/default/token"

func (s *Server) startMetadata(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listening for the metadata service: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+MetadataToken, s.serveToken)
	s.metadataAddr = l.Addr().String()
	s.metadata = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.metadata.Serve(l) }() // ends with Close
	return nil
}

func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	defer s.counters.arrive(MetadataToken, "")()
	f := s.faults.next(MetadataToken, "")
	if err := s.network.strike(r.Context(), f); err != nil {
		if f.Reset || r.Context().Err() != nil {
			panic(http.ErrAbortHandler) // closes the connection
		}
		http.Error(w, err.Error(), httpStatus(status.Code(err)))
		return
	}
	if r.Header.Get("Metadata-Flavor") != "Google" {
		http.Error(w, "want the header Metadata-Flavor: Google", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Metadata-Flavor", "Google")
	_ = json.NewEncoder(w).Encode(s.instanceToken())
}

func (s *Server) instanceToken() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, t := s.issue(s.behavior.instance())
	return map[string]any{
		"access_token": value,
		"expires_in":   int64(t.expires.Sub(s.clock.base()).Round(time.Second) / time.Second),
		"token_type":   "Bearer",
	}
}

func httpStatus(c codes.Code) int {
	switch c {
	case codes.NotFound:
		return http.StatusNotFound
	case codes.PermissionDenied:
		return http.StatusForbidden
	case codes.ResourceExhausted:
		return http.StatusTooManyRequests
	case codes.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusServiceUnavailable
}
