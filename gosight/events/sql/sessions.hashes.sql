select session_hash from sessions
