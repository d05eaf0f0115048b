package rowsscan

import (
	"context"
	"database/sql"
)

type user struct {
	ID   int64
	Name string
}

func UsersOf(ctx context.Context, db *sql.DB, groups []int64) ([]user, error) {
	var all []user
	for _, g := range groups {
		rows, err := db.QueryContext(ctx, "select id, name from users where grp = ?", g)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var u user
			if err := rows.Scan(&u.ID, &u.Name); err != nil {
				return nil, err
			}
			all = append(all, u)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
