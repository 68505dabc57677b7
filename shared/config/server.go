package config

import (
	"errors"
	"fmt"
)

// checkServer checks what names a server and its token, and refuses it where
// none is asked: anyone who sets it means that the keys are there.
func (c *Config) checkServer(asks bool) error {
	var errs []error
	for _, v := range []setting{{"ENDPOINT", c.Endpoint}, {"TOKEN", string(c.Token)}, {"TOKEN_FILE", c.TokenFile}} {
		if v.value != "" && !asks {
			errs = append(errs, fmt.Errorf("REKEY_%s is set, and means nothing here: "+
				"only `rekey encrypt`, decrypt, reencrypt and datakey ask a server: unset it", v.name))
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if what := secretText(c.Endpoint); what != "" {
		errs = append(errs, fmt.Errorf("REKEY_ENDPOINT has %s that look like %s, which does not belong there",
			characters(c.Endpoint), what))
	}
	if c.TokenFile != "" {
		errs = append(errs, CheckFile("REKEY_TOKEN_FILE", c.TokenFile))
	}
	if c.Token != "" && c.TokenFile != "" {
		errs = append(errs, errors.New("REKEY_TOKEN and REKEY_TOKEN_FILE are set: set one of them"))
	}
	return errors.Join(errs...)
}
