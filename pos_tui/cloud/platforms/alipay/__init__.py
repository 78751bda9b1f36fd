"""Alipay."""
