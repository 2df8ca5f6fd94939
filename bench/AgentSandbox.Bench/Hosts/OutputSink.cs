namespace AgentSandbox.Bench.Hosts;

/// <summary>Takes a command's output, part by part. The bytes are good only during the call.</summary>
internal delegate void OutputSink(ReadOnlySpan<byte> bytes);
