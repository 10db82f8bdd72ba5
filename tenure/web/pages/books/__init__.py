"""Pages of members' books: who looks after how much, pooled books and their targets, giving accounts out."""
