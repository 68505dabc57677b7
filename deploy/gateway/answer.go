package gateway

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// answer is a function's answer in HTTP's shape.
type answer struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`

	body []byte
}

// readAnswer reads an answer; what is none is a function that does not work.
func readAnswer(data []byte) (*answer, error) {
	var a answer
	if err := json.Unmarshal(data, &a); err != nil || a.StatusCode < 100 || a.StatusCode > 599 {
		return nil, refuse(http.StatusBadGateway, "the function's answer is no HTTP answer")
	}
	a.body = []byte(a.Body)
	if a.IsBase64Encoded {
		var err error
		if a.body, err = base64.StdEncoding.DecodeString(a.Body); err != nil {
			return nil, refuse(http.StatusBadGateway, "the body of the function's answer is no base64")
		}
	}
	if len(a.body) > maxResponse {
		return nil, refuse(http.StatusBadGateway, "the function's answer is too large")
	}
	return &a, nil
}

func (a *answer) send(w http.ResponseWriter) {
	for name, value := range a.Headers {
		w.Header().Set(name, value)
	}
	for name, values := range a.MultiValueHeaders {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	w.WriteHeader(a.StatusCode)
	_, _ = w.Write(a.body) // an error means that the client went away
}
