select hash from seen
