package lockboxtest

import (
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// paged is a request for a list.
type paged interface {
	GetPageSize() int64
	GetPageToken() string
}

// page cuts the page that was asked for out of all items. The token is where
// it begins; nothing is ever inserted before, except into a list of operations.
func page[T any](all []T, r paged) (items []T, next string, err error) {
	from := 0
	if token := r.GetPageToken(); token != "" {
		if from, err = strconv.Atoi(token); err != nil || from < 1 || from > len(all) {
			return nil, "", status.Error(codes.InvalidArgument, "page_token: not one that this server gave")
		}
	}
	size := r.GetPageSize()
	switch {
	case size < 0:
		return nil, "", status.Error(codes.InvalidArgument, "page_size: is negative")
	case size == 0:
		size = 100 // documented
	}
	to := min(len(all), from+int(size)) // validate saw to it that size is at most 1000
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return all[from:to], next, nil
}
