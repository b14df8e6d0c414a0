select sleep(${seconds});
