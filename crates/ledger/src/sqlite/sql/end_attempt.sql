UPDATE attempt SET state = ?, ended = ?, class = ?, what = ?, why = ?, advice = ?, usage = ? WHERE task = ? AND number = ?
