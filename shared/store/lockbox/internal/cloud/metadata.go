package cloud

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

const (
	// metadataAddr is where the metadata service of an instance or function is.
	metadataAddr = "169.254.169.254"
	// metadataAddrVariable moves it, as it does for the SDK.
	metadataAddrVariable = "YC_METADATA_ADDR"
)

// maxTokenAnswer is more than any token's answer, in bytes.
const maxTokenAnswer = 64 << 10

// metadataToken asks the metadata service of the instance or function for a
// token of its service account. The SDK's own client keeps a token for as long
// as it should be valid, and so cannot be asked for another one when Lockbox
// refuses it; it also starts a goroutine that would be frozen with us.
func metadataToken(ctx context.Context) (token, error) {
	address := cmp.Or(os.Getenv(metadataAddrVariable), metadataAddr)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+
		"/computeMetadata/v1/instance/service-accounts/default/token", nil)
	if err != nil {
		return token{}, err
	}
	r.Header.Set("Metadata-Flavor", "Google")
	answer, err := metadataClient.Do(r)
	if err != nil {
		return token{}, fmt.Errorf("asking the metadata service for a token: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return token{}, fmt.Errorf("the metadata service at %s answers %s: has this function or instance a service "+
			"account?", address, answer.Status)
	}
	var t struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"` // seconds
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxTokenAnswer)).Decode(&t); err != nil ||
		t.AccessToken == "" {
		return token{}, fmt.Errorf("the metadata service at %s answers with no token", address)
	}
	return token{t.AccessToken, time.Now().Add(time.Duration(t.ExpiresIn) * time.Second)}, nil
}

// metadataClient keeps no connection, which would not survive a freeze, and
// takes no proxy for an address that is only of this machine.
var metadataClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
