"""Files that hold files, and binary tables: archives, compressed files, Parquet, Arrow; all within bounds."""
