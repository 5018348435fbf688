package dcr_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file lets the test's own program play other programs that share a folder of handles.

const (
	roleVariable   = "DCR_TEST_ROLE"
	folderVariable = "DCR_TEST_FOLDER"
	issuerVariable = "DCR_TEST_ISSUER"
	clientVariable = "DCR_TEST_CLIENT"
)

func TestMain(m *testing.M) {
	roles := map[string]func(context.Context, dcr.Store) error{
		"crowd": playCrowd, "edit": playEdit,
		"die before saving": playDeath(false, true), "die after saving": playDeath(true, true),
		"register, die before saving": playDeath(false, false), "register, die after saving": playDeath(true, false),
	}
	role, ok := roles[os.Getenv(roleVariable)]
	if !ok {
		goleak.VerifyTestMain(m)
		return
	}
	store, err := dcr.FileStore(os.Getenv(folderVariable))
	if err == nil {
		err = role(context.Background(), store)
	}
	if err != nil {
		fmt.Println(err) //nolint:forbidigo // what a program says
		os.Exit(1)
	}
}

func connect(store dcr.Store) (*oauthclients.Client, error) {
	return oauthclients.New(dcr.Provider{Issuer: os.Getenv(issuerVariable), Registrations: store}, oauthclients.NoAuth{})
}

func edited(c *oauthclients.OAuthClient) { c.Name += "." }

// clientsOfEach is how many clients a program of the crowd registers.
const clientsOfEach = 25

// playCrowd updates the clients that it is told of, and registers, updates and deletes clients of its
// own; beside it another program does the same. The clients of the other are updated too where they
// can be found: those that are gone by then have no handle, and nothing else may be wrong with them.
func playCrowd(ctx context.Context, store dcr.Store) error {
	client, err := connect(store)
	if err != nil {
		return err
	}
	shared := strings.Fields(os.Getenv(clientVariable))
	var group sync.WaitGroup
	errs := make([]error, clientsOfEach+len(shared)+1)
	for i, id := range shared {
		group.Go(func() { _, errs[i] = client.Clients.Update(ctx, id, edited) })
	}
	for n := range clientsOfEach {
		group.Go(func() { errs[len(shared)+n] = oneLife(ctx, client, n) })
	}
	group.Go(func() { errs[len(errs)-1] = meetTheOthers(ctx, client, store) })
	group.Wait()
	return errors.Join(errs...)
}

func meetTheOthers(ctx context.Context, client *oauthclients.Client, store dcr.Store) error {
	ids, err := store.List(ctx, "", 1000)
	if err != nil {
		return err
	}
	for _, id := range ids {
		_, err := client.Clients.Update(ctx, id, edited)
		if err != nil && !errors.Is(err, oauthclients.ErrNotFound) {
			return err
		}
	}
	for c, err := range client.Clients.All(ctx, oauthclients.ListOptions{}) {
		if err != nil {
			return err
		}
		if c.Status != "" {
			return fmt.Errorf("the client %s is %s", c.ID, c.Status)
		}
	}
	return nil
}

func oneLife(ctx context.Context, client *oauthclients.Client, n int) error {
	created, err := client.Clients.Create(ctx, sample(n))
	if err != nil {
		return err
	}
	if _, err := client.Clients.Update(ctx, created.ID, edited); err != nil {
		return err
	}
	if n%2 == 0 {
		return client.Clients.Delete(ctx, created.ID)
	}
	return nil
}

// playEdit updates one client again and again, until somebody kills it.
func playEdit(ctx context.Context, store dcr.Store) error {
	client, err := connect(store)
	for err == nil {
		_, err = client.Clients.Update(ctx, os.Getenv(clientVariable), func(c *oauthclients.OAuthClient) { c.Name = time.Now().String() })
		fmt.Println("edited") //nolint:forbidigo // what a program says
	}
	return err
}

// mortal is a store whose program is killed when something is to be saved.
type mortal struct {
	dcr.Store

	after bool
}

func (m mortal) Save(ctx context.Context, h dcr.Handle) error {
	if m.after {
		if err := m.Store.Save(ctx, h); err != nil {
			return err
		}
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	if err := self.Kill(); err != nil {
		return err
	}
	<-ctx.Done() // it is dead in a moment
	return ctx.Err()
}

func playDeath(after, update bool) func(context.Context, dcr.Store) error {
	return func(ctx context.Context, store dcr.Store) error {
		client, err := connect(mortal{store, after})
		if err != nil {
			return err
		}
		if update {
			_, err = client.Clients.Update(ctx, os.Getenv(clientVariable), edited)
		} else {
			_, err = client.Clients.Create(ctx, sample(1))
		}
		return err
	}
}

// program is another process that uses the folder.
type program struct {
	*exec.Cmd

	said *bufio.Scanner
}

func start(t *testing.T, role, folder, issuer, client string) *program {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), roleVariable+"="+role, folderVariable+"="+folder, issuerVariable+"="+issuer, clientVariable+"="+client)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return &program{cmd, bufio.NewScanner(out)}
}

// hear waits until the program has said so many lines.
func (p *program) hear(t *testing.T, lines int) {
	t.Helper()
	for range lines {
		require.True(t, p.said.Scan(), "the program has ended")
	}
}

// end waits for the program's own end, and returns what it said.
func (p *program) end(t *testing.T) (said string, err error) {
	t.Helper()
	for p.said.Scan() {
		said += p.said.Text() + "\n"
	}
	return said, p.Wait()
}
