/**
 * Serves saved models over HTTP and gRPC by the Open Inference Protocol, version 2.
 *
 * <p>In: models, as files or folders, and requests from anybody. Out: tensors, or an error in the
 * protocol's form, never a stack trace. {@link dev.adjoint.serve.InferenceServer} is the whole
 * server, to be embedded or run by the command line; {@link dev.adjoint.serve.ModelRepository}
 * holds the models and knows nothing of networks.
 *
 * <p>The way of a request: a protocol's reader makes an {@code InferRequest}, and an {@code
 * Exchange} that knows the caller, its id and its deadline; the repository gives it to the version
 * that serves; the version's queue joins it with others, runs them on a {@link
 * dev.adjoint.runtime.Session} and gives each its rows back. A request whose caller has gone leaves
 * the queue, or its run is stopped. All that is public is safe for threads.
 */
@NullMarked
package dev.adjoint.serve;

import org.jspecify.annotations.NullMarked;
