select permissions from api_keys where id = :id
