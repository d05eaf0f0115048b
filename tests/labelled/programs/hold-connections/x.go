package holdconnections

import "database/sql"

func Fill(db *sql.DB, n int) (int, error) {
	for range n {
		rows, err := db.Query("select 1")
		if err != nil {
			return 0, err
		}
		defer rows.Close()
	}
	return db.Stats().OpenConnections, nil
}
