"""Values in what people say, in Mandarin and English: numbers, amounts, dates, times, telephone numbers. Pure."""
