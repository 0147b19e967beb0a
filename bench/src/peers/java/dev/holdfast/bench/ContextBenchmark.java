package dev.holdfast.bench;

import dev.holdfast.bench.peers.ContextPeer;
import dev.holdfast.bench.peers.PyTorchContext;
import org.openjdk.jmh.annotations.Benchmark;

/** The context state of one task, with PyTorch. */
public class ContextBenchmark extends AbstractContextBenchmark {
    @Override
    ContextPeer peer(String method) {
        return method.equals("pytorch") ? new PyTorchContext(n, d, p) : super.peer(method);
    }

    /** PyTorch: two products of a matrix and a vector. */
    @Benchmark
    public void pytorch() {
        peer.run(nextTask());
    }
}
