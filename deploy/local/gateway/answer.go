package gateway

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// answer is what a function answers with.
type answer struct {
	Status      int                 `json:"statusCode"`
	Headers     map[string]string   `json:"headers"`
	HeaderLists map[string][]string `json:"multiValueHeaders"` // Yandex alone
	Cookies     []string            `json:"cookies"`           // AWS alone
	Body        string              `json:"body"`
	Base64      bool                `json:"isBase64Encoded"`

	header http.Header
	body   []byte
}

// What becomes of headers of an answer (page function-invoke, "Message
// headers").
var (
	dropped   = []string{"Host", "Authorization", "User-Agent", "Connection", "Max-Forwards", "Cookie"}
	forbidden = []string{"Proxy-Authenticate", "Transfer-Encoding", "Via", "Www-Authenticate"}
	renamed   = []string{"Content-Md5", "Date", "Server"}
)

const renamedPrefix = "X-Yf-Remapped-"

// readAnswer understands the answer of a function of Yandex, whose body may
// have so many bytes. What is wrong with it is the function's fault: 502.
func readAnswer(raw []byte, most int) (*answer, error) {
	a, err := decodeAnswer(raw)
	if err == nil {
		err = a.yandexHeaders()
	}
	switch {
	case err != nil:
	case len(raw) > mostOfFunction:
		err = fmt.Errorf("the answer has %d bytes, at most %d are allowed", len(raw), mostOfFunction)
	case len(a.body) > most:
		err = fmt.Errorf("the body of the answer has %d bytes, at most %d are allowed", len(a.body), most)
	}
	if err != nil {
		return nil, malformed(err)
	}
	return a, nil
}

func malformed(why error) error {
	return refusal{http.StatusBadGateway, "Malformed serverless function response", why}
}

func decodeAnswer(raw []byte) (*answer, error) {
	a := &answer{header: http.Header{}}
	if err := json.Unmarshal(raw, a); err != nil {
		return nil, err
	}
	if a.Status < 200 || a.Status > 599 {
		return nil, fmt.Errorf("statusCode is %d, or missing", a.Status)
	}
	a.body = []byte(a.Body)
	if a.Base64 {
		var err error
		if a.body, err = base64.StdEncoding.DecodeString(a.Body); err != nil {
			return nil, errors.New("the body is marked isBase64Encoded and is not base64")
		}
	}
	for name, value := range a.Headers {
		a.header.Set(name, value)
	}
	return a, nil
}

// yandexHeaders makes of the answer's headers what Yandex makes of them. A
// name in both dictionaries has the values of the lists.
func (a *answer) yandexHeaders() error {
	for name, values := range a.HeaderLists {
		a.header.Del(name)
		for _, value := range values {
			a.header.Add(name, value)
		}
	}
	for name, values := range a.header {
		switch {
		case slices.Contains(forbidden, name):
			return fmt.Errorf("the answer must not have the header %s", name)
		case slices.Contains(dropped, name):
			delete(a.header, name)
		case slices.Contains(renamed, name):
			delete(a.header, name)
			a.header[renamedPrefix+name] = values
		}
	}
	return nil
}

func (a *answer) write(w http.ResponseWriter) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	w.WriteHeader(a.Status)
	w.Write(a.body)
}
