"""WeChat Pay V3."""
