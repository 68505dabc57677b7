package rest

import (
	"errors"
	"net/http"
	"strings"

	"rekey/shared/api"
)

// errEncoded is why a body was not read: what it is, only its sender knows.
var errEncoded = errors.New("the body is encoded")

// checkEncoding refuses whatever has been done to a body on its way, such as
// compression (RFC 9110, 8.4). It is told where a fault of the body is told:
// strangers get the answer that they always get.
func checkEncoding(encodings []string) error {
	for _, header := range encodings {
		for _, e := range strings.Split(header, ",") {
			if e = strings.TrimSpace(e); e != "" && !strings.EqualFold(e, "identity") {
				return api.Errorf(api.InvalidArgument, "the body has the Content-Encoding %s: send it as it is, "+
					"without that header", quoteName([]byte(e))).Because(errEncoded)
			}
		}
	}
	return nil
}

// asEncoded is the answer to such a body, with HTTP's own status for it.
func asEncoded(out *Response) *Response {
	out.Status = http.StatusUnsupportedMediaType
	return out
}
