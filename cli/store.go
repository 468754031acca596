package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// Stores is the database of all stores.
type Stores interface {
	// Export writes as JSON what is kept of the store of a domain.
	Export(ctx context.Context, domain string, to io.Writer) error
	// RedactByHand removes it; redacted is false where the app is still installed in the store, unless it may be.
	RedactByHand(ctx context.Context, domain string, installed bool) (redacted bool, err error)
	Close() error
}

func (p Program) export() *cobra.Command {
	return &cobra.Command{
		Use: "export STORE", Short: "Print as JSON what is kept of a store, such as example.myshopify.com",
		Long: "Print as JSON what is kept of a store, such as example.myshopify.com: each row of each table, as of one moment. Tokens, secrets and their hashes are left out.",
		Args: cobra.ExactArgs(1),
		RunE: p.withStores(func(command *cobra.Command, stores Stores, domain string) error {
			return stores.Export(command.Context(), domain, command.OutOrStdout())
		}),
	}
}

var errInstalled = errors.New("the app is installed in the store, so nothing was removed: uninstall it there first, or say --installed")

func (p Program) redact() *cobra.Command {
	command := &cobra.Command{
		Use: "redact STORE", Short: "Remove all that is kept of a store, as Shopify asks for after the app was uninstalled",
		Long: "Remove all that is kept of a store, such as example.myshopify.com, its history too, as Shopify asks for 48 hours after the app was uninstalled. " +
			"Nothing is given back to the store, and nothing is called: disconnect it first.",
		Args: cobra.ExactArgs(1),
	}
	installed := command.Flags().Bool("installed", false, "also where the app is installed in the store")
	command.RunE = p.withStores(func(command *cobra.Command, stores Stores, domain string) error {
		redacted, err := stores.RedactByHand(command.Context(), domain, *installed)
		if err == nil && !redacted {
			err = errInstalled
		}
		if err != nil {
			return err
		}
		command.Println("nothing is kept of the store any more, but a receipt that does not name it")
		return nil
	})
	return command
}

// withStores opens the database for a command about one store.
func (p Program) withStores(do func(command *cobra.Command, stores Stores, domain string) error) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, arguments []string) (err error) {
		stores, err := p.OpenStores(command.Context())
		if err != nil {
			return &failure{err}
		}
		if err := errors.Join(do(command, stores, arguments[0]), stores.Close()); err != nil {
			return &failure{fmt.Errorf("%s: %w", command.Name(), err)}
		}
		return nil
	}
}
