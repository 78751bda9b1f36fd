"""WeChat Pay V2."""
