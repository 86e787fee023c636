update progress set derived_seq = $seq
