update refresh_tokens set used_at = :at where digest = :digest
