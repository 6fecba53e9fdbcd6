UPDATE pool SET capacity = 0
