package uploadswaitedfor

import "context"

type upload struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error
}

func begin(ctx context.Context, send func(context.Context) error) *upload {
	ctx, cancel := context.WithCancel(ctx)
	u := &upload{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(u.done)
		u.err = send(ctx)
	}()
	return u
}

func (u *upload) release() { u.cancel() }

func UploadAll(ctx context.Context, names []string, send func(context.Context, string) error) error {
	var list []*upload
	seen := map[string]bool{}
	for _, n := range names {
		if seen[n] {
			continue
		}
		u := begin(ctx, func(ctx context.Context) error { return send(ctx, n) })
		defer u.release()
		list = append(list, u)
		seen[n] = true
	}
	for _, u := range list {
		<-u.done
		if u.err != nil {
			return u.err
		}
	}
	return nil
}
