"""Tables that come from elsewhere: CSV and workbooks, their rows, numbers and dates."""
