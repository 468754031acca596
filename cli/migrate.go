package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/handback/handback/db"
)

// migrate brings the database up to date without serving, as an operator does before an upgrade.
func (p Program) migrate() *cobra.Command {
	up := &cobra.Command{Use: "up", Short: "Bring the database up to date, as every start does", Args: cobra.NoArgs}
	dry := up.Flags().Bool("dry-run", false, "say what would be done, and change nothing")
	up.RunE = printing(func(ctx context.Context, _ []string) (string, error) {
		if *dry {
			return p.schema(ctx)
		}
		if err := p.Migrate(ctx); err != nil {
			return "", err
		}
		return p.schema(ctx)
	})
	return group("migrate", "Bring the database up to date, or say how far it is", up, &cobra.Command{Use: "status", Short: "Say which version the database has, and what is pending; nothing is changed", Args: cobra.NoArgs,
		RunE: printing(func(ctx context.Context, _ []string) (string, error) { return p.schema(ctx) })})
}

// schema says how far the database is up to date.
func (p Program) schema(ctx context.Context) (string, error) {
	address, err := p.Database()
	if err != nil {
		return "", err
	}
	version, err := db.ReadSchemaVersion(ctx, address)
	if err != nil {
		return "", err
	}
	return SchemaText(version), nil
}

// SchemaText is a version in words, with a line for each migration that is pending.
func SchemaText(version db.SchemaVersion) string {
	switch {
	case version.Present > version.Target:
		return fmt.Sprintf("version %d, which is newer than this program's %d: run the version that last used the database, or a later one", version.Present, version.Target)
	case len(version.Pending) == 0:
		return fmt.Sprintf("version %d, up to date", version.Present)
	}
	return fmt.Sprintf("version %d of %d; pending:\n  %s", version.Present, version.Target, strings.Join(version.Pending, "\n  "))
}
