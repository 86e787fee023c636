/** Characters that a new password has at least; the API holds the same bound. */
export const LEAST_PASSWORD = 8;
