package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"rekey/deploy/local/gateway"
)

// serve puts in front of the functions the gateway of the plan, or, if there is
// none, the platform's own way in: https://functions.yandexcloud.net/ID.
func (s *stage) serve(ctx context.Context) (err error) {
	who := caller
	if s.plan.Gateway != "" {
		who = "serviceAccount:" + account("gateway")
	}
	if role := s.literal("yandex_function_iam_binding.invokers", "role"); role != "functions.functionInvoker" ||
		!slices.Contains(s.plan.Invokers, who) {
		return fmt.Errorf("%s may not call the functions: %v have the role %s", who, s.plan.Invokers, role)
	}
	o := gateway.Options{Functions: map[string]gateway.Function{}, Issuers: s.issuer.server.Client(),
		Log: slog.New(slog.NewTextHandler(s.log, nil))}
	for id, f := range s.functions {
		o.Functions[id] = f
	}
	if s.plan.Gateway != "" {
		h, err := gateway.New([]byte(s.plan.Gateway), o)
		if err == nil {
			s.url, err = s.listen(ctx, h)
		}
		return err
	}
	url, err := s.listen(ctx, gateway.Direct(o, s.token))
	for name := range s.plan.Functions {
		s.urls[name] = url + "/" + functionID + name
	}
	return err
}
