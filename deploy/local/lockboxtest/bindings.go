package lockboxtest

import (
	"context"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/access"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

func (v secretService) ListAccessBindings(ctx context.Context,
	r *access.ListAccessBindingsRequest) (*access.ListAccessBindingsResponse, error) {
	sec, err := v.s.secret(ctx, r.GetResourceId(), mayView)
	if err != nil {
		return nil, err
	}
	items, next, err := page(v.s.bindings[sec.GetId()], r)
	return &access.ListAccessBindingsResponse{AccessBindings: items, NextPageToken: next}, err
}

// SetAccessBindings replaces the bindings of the secret, never the folder's.
func (v secretService) SetAccessBindings(ctx context.Context, r *access.SetAccessBindingsRequest) (*operation.Operation,
	error) {
	sec, err := v.s.secret(ctx, r.GetResourceId(), mayGrant)
	if err != nil {
		return nil, err
	}
	return v.s.begin(ctx, "Set access bindings", &access.SetAccessBindingsMetadata{ResourceId: sec.GetId()},
		func() proto.Message {
			delete(v.s.bindings, sec.GetId())
			for _, b := range r.GetAccessBindings() {
				v.s.bindings.add(sec.GetId(), b)
			}
			return &emptypb.Empty{}
		})
}

func (v secretService) UpdateAccessBindings(ctx context.Context,
	r *access.UpdateAccessBindingsRequest) (*operation.Operation, error) {
	sec, err := v.s.secret(ctx, r.GetResourceId(), mayGrant)
	if err != nil {
		return nil, err
	}
	return v.s.begin(ctx, "Update access bindings", &access.UpdateAccessBindingsMetadata{ResourceId: sec.GetId()},
		func() proto.Message {
			for _, d := range r.GetAccessBindingDeltas() {
				if d.GetAction() == access.AccessBindingAction_REMOVE {
					v.s.bindings.remove(sec.GetId(), d.GetAccessBinding())
				} else {
					v.s.bindings.add(sec.GetId(), d.GetAccessBinding())
				}
			}
			return &emptypb.Empty{}
		})
}
