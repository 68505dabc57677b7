package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"rekey/deploy/local/gateway"
)

// front is what stands before the functions: the gateway of the plan, or, if
// there is none, the platform's own way in.
func (s *stage) front() (http.Handler, error) {
	if s.plan.Gateway == "" {
		return s.direct()
	}
	if err := s.checkInvoker("serviceAccount:" + account("gateway")); err != nil {
		return nil, err
	}
	return gateway.New([]byte(s.plan.Gateway), s.frontOptions())
}

// checkInvoker refuses whoever may not call the functions, by Terraform's
// bindings.
func (s *stage) checkInvoker(who string) error {
	if role := s.literal("yandex_function_iam_binding.invokers", "role"); role != "functions.functionInvoker" ||
		!slices.Contains(s.plan.Invokers, who) {
		return fmt.Errorf("%s may not call the functions: %v have the role %s", who, s.plan.Invokers, role)
	}
	return nil
}

// direct is https://functions.yandexcloud.net/ID.
func (s *stage) direct() (http.Handler, error) {
	if err := s.checkInvoker(caller); err != nil {
		return nil, err
	}
	return gateway.Direct(s.frontOptions(), s.token), nil
}

// frontOptions are those of gateway and direct calls.
func (s *stage) frontOptions() gateway.Options {
	functions := map[string]gateway.Function{}
	for id, f := range s.functions {
		functions[id] = f
	}
	return gateway.Options{Functions: functions, Issuers: s.issuer.Client(),
		Log: slog.New(slog.NewTextHandler(s.log, nil))}
}
