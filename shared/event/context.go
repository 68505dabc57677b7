package event

import "rekey/shared/strictjson"

// requestContext is what is read of an event's requestContext: what the
// platform says of the call, as opposed to what the caller does.
type requestContext struct {
	set       bool
	requestID string
	method    string // AWS payload 2.0 has it only here
	caller    string // who the platform says is calling
	rank      int    // how telling caller is: higher wins
	sender    string // who brings the event, if by a way that is not served
}

func (c *requestContext) read(m strictjson.Value) error {
	c.set = true
	return object(m, func(name []byte, v strictjson.Value) (err error) {
		if s := senderOf(name); s != "" {
			c.sender = s
		}
		switch string(name) {
		case "requestId":
			if v.IsString() { // of another type it is not an id
				c.requestID, err = text(v)
			}
		case "http":
			err = c.readHTTP(v)
		case "authorizer":
			err = c.readAuthorizer(v)
		case "identity":
			err = c.readIdentity(v)
		}
		return err
	})
}

func (c *requestContext) readHTTP(m strictjson.Value) error {
	return object(m, func(name []byte, v strictjson.Value) (err error) {
		if string(name) == "method" {
			c.method, err = text(v)
		}
		return err
	})
}

// Where platforms put the caller, from the least to the most telling.
const (
	rankIdentity  = iota + 1 // requestContext.identity.userArn: IAM on AWS REST APIs
	rankContext              // authorizer.principal: a function's own word, on Yandex
	rankPrincipal            // authorizer.principalId: a function as authorizer
	rankSubject              // authorizer.jwt.claims.sub or .claims.sub: a JWT authorizer
	rankARN                  // authorizer.iam.userArn: IAM on AWS HTTP APIs and function URLs
)

func (c *requestContext) take(rank int, v strictjson.Value) {
	if rank <= c.rank || !v.IsString() {
		return
	}
	if s, err := text(v); err == nil && s != "" {
		c.caller, c.rank = s, rank
	}
}

func (c *requestContext) readIdentity(m strictjson.Value) error {
	return within(m, func(name []byte, v strictjson.Value) error {
		if string(name) == "userArn" {
			c.take(rankIdentity, v)
		}
		return nil
	})
}

func (c *requestContext) readAuthorizer(m strictjson.Value) error {
	return within(m, func(name []byte, v strictjson.Value) error {
		switch string(name) {
		case "principal":
			c.take(rankContext, v)
		case "principalId":
			c.take(rankPrincipal, v)
		case "jwt":
			return within(v, func(name []byte, v strictjson.Value) error {
				if string(name) == "claims" {
					return c.readClaims(v)
				}
				return nil
			})
		case "claims": // AWS payload 1.0
			return c.readClaims(v)
		case "iam":
			return within(v, func(name []byte, v strictjson.Value) error {
				if string(name) == "userArn" {
					c.take(rankARN, v)
				}
				return nil
			})
		}
		return nil
	})
}

func (c *requestContext) readClaims(m strictjson.Value) error {
	return within(m, func(name []byte, v strictjson.Value) error {
		if string(name) == "sub" {
			c.take(rankSubject, v)
		}
		return nil
	})
}

// within is object for what a function of the user's own may have written: it
// finds nothing in what is not an object.
func within(m strictjson.Value, f func(name []byte, v strictjson.Value) error) error {
	if !m.IsObject() {
		return nil
	}
	return object(m, f)
}

// object walks the members of a value that is an object or null, leaving out
// those that are null.
func object(m strictjson.Value, f func(name []byte, v strictjson.Value) error) error {
	if m.IsNull() {
		return nil
	}
	if !m.IsObject() {
		return notObject(m[0])
	}
	return strictjson.Members(m, func(name []byte, v strictjson.Value) error {
		if v.IsNull() {
			return nil
		}
		return f(name, v)
	})
}
