package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/handback/handback/db"
)

// copyDatabase moves everything to another database, as from the embedded one to PostgreSQL.
func (p Program) copyDatabase() *cobra.Command {
	return &cobra.Command{
		Use: "copy DATABASE", Short: "Copy everything in the database into another one that is empty, such as from SQLite to PostgreSQL",
		Long: "Copy everything in the database that DATABASE_URL names into the one that DATABASE names, in the same way: from SQLite to PostgreSQL, the other way round, or between two of a kind. " +
			"The program must not run meanwhile, and the other database must be empty. What was copied is read back and compared, and nothing is kept of it when anything differs. " +
			"The password of a PostgreSQL database can be left out of its address and be in PGPASSWORD, or in the file that PGPASSFILE names.",
		Args: cobra.ExactArgs(1),
		RunE: printing(func(ctx context.Context, arguments []string) (string, error) {
			from, err := p.Database()
			if err != nil {
				return "", err
			}
			copied, err := db.Copy(ctx, from, arguments[0])
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("copied and compared: %d rows, the settings of %d stores, %d snapshots, all with the same digests; %d jobs go on there. "+
				"Start the program on the new database, and never again on the former one", copied.Rows, copied.Stores, copied.Snapshots, copied.Jobs), nil
		}),
	}
}
